/**
 * Names of the texts that only the vendor's own people read, and all below them. A language that speaks to partners and
 * prospects alone (`meta.readers` is `partners`) does without; every other text it must have.
 */
const vendorOnly: readonly string[] = [
  ...['escalation', 'qualify', 'unplaced', 'excluded', 'signs', 'fields', 'late'],
  ...['login', 'buttons.login', 'bounce-notice', 'quality-alert', 'operator'],
  ...['footer.vendor', 'expects.title', 'expects.vendor', 'reminder.leads', 'grammar.vendor'],
  ...below('facts', 'temperature partner contact claimed due late reminders attempts signs'),
  ...acts('buttons', 'replies', 'noted', 'pages.act'),
  ...below('pages.message', 'standing-done not-suspended already-decided'),
  ...['pages.sandbox', 'pages.prefs.intro.vendor'],
  ...below('digest', 'cam cam_subject all all_subject'),
  ...below('digest.state', 'decide place qualify'),
  ...below('digest.buttons', 'on-it extend move qualify needs-more disqualify'),
];

/** What a user of the vendor does; a contact of a partner never does any of it. */
function acts(...sections: readonly string[]): string[] {
  const words = 'move extend on-it qualify needs-more disqualify nurture duplicate lift approve reject';
  return sections.flatMap((section) => below(section, words));
}

function below(section: string, words: string): string[] {
  return words.split(' ').map((word) => `${section}.${word}`);
}

/** Whether only the vendor's own people read this text; what is to an account manager (`cam-…`) says so in its name. */
export const isVendorText = (key: string): boolean =>
  /\.cam-/.test(key) || vendorOnly.some((name) => key === name || key.startsWith(`${name}.`));
