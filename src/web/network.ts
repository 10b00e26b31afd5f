/** One household or office: an IPv4 address without its last byte, the first 48 bits of an IPv6 one. */
export function networkOf(ip: string): string {
  const v4 = /(\d+\.\d+\.\d+)\.\d+$/.exec(ip)?.[1];
  if (v4 !== undefined || !ip.includes(':')) return v4 ?? ip;
  const [before = '', after] = ip.toLowerCase().split('%')[0]?.split('::') ?? [];
  const [head, tail] = [before, after ?? ''].map((side) => side.split(':').filter(Boolean)) as [
    string[],
    string[],
  ];
  // `::` stands for as many zeros as are missing: one network has one name, however its addresses are written.
  const zeros =
    after === undefined ? [] : Array<string>(Math.max(0, 8 - head.length - tail.length)).fill('0');
  return [...head, ...zeros, ...tail]
    .slice(0, 3)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':');
}
