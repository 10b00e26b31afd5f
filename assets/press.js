// Presses the one button of the page for a person who has pressed here before. Only in a page that is seen, and once:
// whoever comes back to it or loads it again presses for themselves.
(() => {
  const [arrival] = performance.getEntriesByType('navigation');
  if (arrival && (arrival.type === 'reload' || arrival.type === 'back_forward')) return;
  const form = document.getElementById('act');
  let sent = false;
  const press = () => {
    if (sent || document.visibilityState !== 'visible' || document.prerendering) return;
    sent = true;
    form.requestSubmit();
  };
  document.addEventListener('visibilitychange', press);
  document.addEventListener('prerenderingchange', press);
  press();
})();
