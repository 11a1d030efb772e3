/** Where the console may be sent back to: the product itself, or the same console served by a development server. */
const afterSignIn = ["/", "/signed-in"];
const afterSignOut = ["/", "/signed-out"];

function isOnThisMachine(text: string, paths: readonly string[]): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, pathname, search, hash, username, password } = new URL(text);
  return (
    protocol === "http:" &&
    ["localhost", "127.0.0.1", "[::1]"].includes(hostname) &&
    paths.includes(pathname) &&
    `${search}${hash}${username}${password}` === ""
  );
}

export const mayReturnSignedIn = (uri: string) => isOnThisMachine(uri, afterSignIn);
export const mayReturnSignedOut = (uri: string) => isOnThisMachine(uri, afterSignOut);
export const isLocalOrigin = (origin: string) => isOnThisMachine(origin, ["/"]);
export const consoleRedirects = (origin: string) => afterSignIn.map((path) => origin + path);
export const consoleFarewells = (origin: string) => afterSignOut.map((path) => origin + path);
