/** A picture, in pixels of its own. */
export interface Picture {
  readonly width: number;
  readonly height: number;
}

/** The name by which a mail shows the logo that it carries: nothing is fetched from anywhere. */
export const logoCid = 'logo@leadpost';

const room = { width: 220, height: 44 };

/** How large a logo is shown: never larger than it is, within the room there is above a mail. */
export function shown({ width, height }: Picture): Picture {
  const scale = Math.min(1, room.width / width, room.height / height);
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}
