import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decimal, minorDigits, parseMoney } from '../../src/lead/money.ts';

describe('money', () => {
  test.each([
    ['28000.00', 'EUR', 2_800_000],
    ['28000', 'EUR', 2_800_000],
    ['0.1', 'EUR', 10],
    ['1.15', 'EUR', 115],
    ['0', 'EUR', 0],
    ['1500', 'JPY', 1500],
    ['1500.00', 'JPY', 1500],
    ['1.234', 'KWD', 1234],
    ['1.2', 'KWD', 1200],
    ['1.2345', 'CLF', 12_345],
    ['999999999999.99', 'EUR', 99_999_999_999_999],
    ['12.50', 'HUF', 1250],
  ])('%s %s is read to the last digit', (amount, currency, minor) =>
    expect(parseMoney(amount, currency)).toEqual({ minor, currency }),
  );

  test.each([
    ['1.005', 'EUR'],
    ['1500.5', 'JPY'],
    ['1.2345', 'KWD'],
    ['-1', 'EUR'],
    ['+1', 'EUR'],
    ['1,50', 'EUR'],
    ['1.000,00', 'EUR'],
    ['1e3', 'EUR'],
    ['', 'EUR'],
    ['.5', 'EUR'],
    ['5.', 'EUR'],
    [' 5', 'EUR'],
    ['5\n', 'EUR'],
    ['1234567890123', 'EUR'],
    ['999999999999', 'CLF'],
    ['٣', 'EUR'],
    ['5', 'eur'],
    ['5', 'EURO'],
    ['5', ''],
  ])('%j %j is no amount', (amount, currency) => expect(parseMoney(amount, currency)).toBeUndefined());

  test('has the decimal places of ISO 4217, whatever Node believes', () =>
    expect(['EUR', 'JPY', 'KWD', 'CLF', 'HUF', 'PKR', 'ISK', 'TND'].map(minorDigits)).toEqual([
      2, 0, 3, 4, 2, 2, 0, 3,
    ]));

  test.each([
    [2_800_000, 'EUR', '28000.00'],
    [5, 'EUR', '0.05'],
    [0, 'EUR', '0.00'],
    [0, 'JPY', '0'],
    [1500, 'JPY', '1500'],
    [7, 'KWD', '0.007'],
    [9_007_199_254_740_991, 'KWD', '9007199254740.991'],
    [-5, 'EUR', '-0.05'],
  ])('%i of %s is told as %s…', (minor, currency, told) => expect(decimal({ minor, currency })).toBe(told));

  test('what is told can be read again', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 10 ** 12 - 1 }),
        fc.constantFrom('EUR', 'JPY', 'KWD', 'CLF'),
        (minor, currency) => {
          expect(parseMoney(decimal({ minor, currency }), currency)).toEqual({ minor, currency });
        },
      ),
    );
  });
});
