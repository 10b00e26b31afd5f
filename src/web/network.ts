/** One household or office: an IPv4 address without its last byte, the first 48 bits of an IPv6 one. */
export function networkOf(ip: string): string {
  const v4 = /(\d+\.\d+\.\d+)\.\d+$/.exec(ip)?.[1];
  return v4 ?? ip.split(':').slice(0, 3).join(':');
}
