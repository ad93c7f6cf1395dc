// The secret of a claim link: read from the address and taken out of it before anything else happens, so that it stays in no history.
export const secret = location.hash.slice(1);
if (secret) history.replaceState(null, '', location.pathname + location.search);
