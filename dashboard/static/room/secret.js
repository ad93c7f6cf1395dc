// The secret of a claim link: read from the address and taken out of it before anything else happens, so that it stays in no
// history.
export const secret = location.hash.slice(1);
if (secret) history.replaceState(null, '', location.pathname + location.search);
// Where the link is opened once more in the same tab, only the fragment changes: then the page begins anew.
window.addEventListener('hashchange', () => location.reload());
