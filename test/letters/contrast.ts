/** How well words can be told from what they stand on (WCAG 2.2, 1.4.3). */
export function contrast(ink: string, ground: string): number {
  const [a, b] = [luminance(ink), luminance(ground)];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

function luminance(colour: string): number {
  const [r, g, b] = channels(colour).map((c) =>
    c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4,
  ) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function channels(colour: string): number[] {
  const hex = /^#([0-9a-f]{6})$/i.exec(colour)?.[1];
  if (!hex) throw new Error(`"${colour}" is no colour of six digits`);
  return [0, 2, 4].map((i) => Number.parseInt(hex.slice(i, i + 2), 16) / 255);
}

/** What shines through: `ink` at an opacity over `ground`. */
export function blended(ink: string, ground: string, opacity: number): string {
  const [over, under] = [channels(ink), channels(ground)];
  const mixed = over.map((c, i) => Math.round((c * opacity + (under[i] as number) * (1 - opacity)) * 255));
  return `#${mixed.map((c) => c.toString(16).padStart(2, '0')).join('')}`;
}

interface Painted {
  readonly ink: string;
  readonly ground: string;
  readonly words: string;
}

/** Every piece of text of a mail with the colours it has by the styles at its tags, those that hold it included. */
export function inkOn(html: string, card: string): Painted[] {
  const found: Painted[] = [];
  const stack: { ink: string; ground: string; opacity: number }[] = [
    { ink: '#000000', ground: card, opacity: 1 },
  ];
  const body = html
    .replace(/[\s\S]*?<body/, '<body')
    .replace(/<!--[\s\S]*?-->/g, '')
    .replace(/<div\s+style="display:none[\s\S]*?<\/div>/, '');
  for (const [, close, tag, attributes = '', text] of body.matchAll(/<(\/?)([a-z0-9]+)([^>]*)>|([^<]+)/g)) {
    const now = stack.at(-1) as { ink: string; ground: string; opacity: number };
    if (text !== undefined) {
      const words = text.replace(/&nbsp;/g, ' ').trim();
      if (words) found.push({ ink: blended(now.ink, now.ground, now.opacity), ground: now.ground, words });
    } else if (close) stack.pop();
    else if (tag && !/^(br|img|hr|meta|input)$/.test(tag)) {
      const style = /style="([^"]*)"/.exec(attributes)?.[1] ?? '';
      const of = (name: RegExp): string | undefined => name.exec(style)?.[1];
      stack.push({
        ink: of(/(?:^|;)\s*color:(#[0-9a-f]{6})/i) ?? now.ink,
        ground:
          of(/background(?:-color)?:(#[0-9a-f]{6})/i) ??
          /bgcolor="(#[0-9a-f]{6})"/i.exec(attributes)?.[1] ??
          now.ground,
        opacity: Number(of(/(?:^|;)\s*opacity:([\d.]+)/) ?? now.opacity),
      });
    }
  }
  return found;
}
