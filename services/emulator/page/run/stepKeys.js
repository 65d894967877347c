const INTERACTIVE = 'a, button, input, select, textarea, summary, [role=option], [tabindex="0"], dialog';

/** Space and Enter mean `onStep` wherever they mean nothing else. */
export function listenForSteps(onStep) {
  document.addEventListener('keydown', (event) => {
    if (event.key !== ' ' && event.key !== 'Enter') return;
    if (event.repeat || event.target.closest(INTERACTIVE) !== null) return;
    if (onStep()) event.preventDefault();
  });
}
