import { parentPort, workerData } from 'node:worker_threads';
import mjml2html from 'mjml';

/** The thread's side of `templates.ts`: MJML of kinds in, their HTML with all placeholders out. */
const made = new Map<string, string>();
for (const [kind, mjml] of workerData as ReadonlyMap<string, string>)
  made.set(kind, await compile(kind, mjml));
parentPort?.postMessage(made);

async function compile(kind: string, mjml: string): Promise<string> {
  const out = await mjml2html(mjml, {
    fonts: {},
    ignoreIncludes: true,
    keepComments: true,
    validationLevel: 'strict',
  });
  const marks = (s: string): number => s.match(/\{\{/g)?.length ?? 0;
  if (marks(out.html) < marks(mjml)) throw new Error(`${kind}.mjml: a placeholder was lost`);
  if (/googleapis|<link\b/.test(out.html)) throw new Error(`${kind}.mjml: a remote resource crept in`);
  // MJML indents deeply; there is no preformatted text in a letter. Each element has its style, so with a line end before
  // it no line comes near the 998 octets that a mail may have without being encoded (RFC 5322 2.1.1).
  return out.html.replace(/\n\s*/g, '\n').replaceAll(' style="', '\nstyle="');
}
