/** Passwords in URLs, wherever somebody wrote one: a host, a name, an error, a command. Other secrets never come into a result. */
const IN_URL = /\b([a-z][a-z0-9+.-]*:\/\/)[^\s/?#"'<>@\\]+@/gi

/** `https://me:secret@host/` → `https://•••@host/`; also within JSON. */
export const withoutCredentials = (text: string): string => text.replace(IN_URL, '$1•••@')
