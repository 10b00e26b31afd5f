import { existsSync } from 'node:fs';
import { type Doing, Failure, json, UsageError } from './command.ts';

export const importPostal: Doing = {
  more: 'FILE is a postal code file of GeoNames, unpacked: DE.txt from https://download.geonames.org/export/zip/ (CC BY 4.0). It replaces the codes of its countries.',
  options: { ...json },
  run: async ({ room, print, args, on }) => {
    const [file] = args;
    if (!file) throw new UsageError('FILE is missing');
    if (!existsSync(file)) throw new Failure(`There is no file ${file}.`);
    const { importPostalCodes } = await import('../dispatch/import-postal-codes.ts');
    const done = await room.withHouse((deps) => importPostalCodes(deps, file));
    if (on('json')) print.json(done);
    for (const { line, message } of done.faults) print.aside(`line ${line}: ${message}`);
    if (done.faults.length > 0) throw new Failure('Nothing was written: mend these lines first.');
    if (done.countries.length === 0) throw new Failure(`${file} is empty.`);
    for (const { country, codes } of done.countries)
      if (!on('json')) print.line(`${country}: ${codes} postal codes from ${done.lines} lines.`);
    return 0;
  },
};
