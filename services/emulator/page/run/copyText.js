/** Puts a text on the clipboard. @returns {Promise<boolean>} false where the browser does not let pages do that */
export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
