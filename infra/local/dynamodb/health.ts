/** Milliseconds between two looks at the engine, and for which one answer is waited for. */
const lookEvery = 2000;
const patience = 3000;

/**
 * Says so when the engine has stopped answering, with since when, and when it answers again. Requests wait and are tried
 * again meanwhile; those of the API are answered 503 when they have waited long enough.
 */
export function watchEngine(endpoint: string, say: (sentence: string) => void): { close(): void } {
  let silentSince: number | undefined;
  let hasSaid = false;
  let closed = false;
  let timer: NodeJS.Timeout | undefined;
  const look = async () => {
    const asked = Date.now();
    const answers = await fetch(endpoint, { signal: AbortSignal.timeout(patience) }).then(
      async (response) => {
        await response.arrayBuffer();
        return true;
      },
      () => false,
    );
    if (closed) return;
    if (answers) {
      if (hasSaid) say(`The DynamoDB engine answers again, after ${seconds(Date.now() - (silentSince ?? asked))}.`);
      silentSince = undefined;
      hasSaid = false;
    } else {
      silentSince ??= asked;
      if (!hasSaid) say("The DynamoDB engine does not answer. Requests wait for it, and are answered 503 meanwhile.");
      hasSaid = true;
    }
    timer = setTimeout(look, lookEvery).unref();
  };
  timer = setTimeout(look, lookEvery).unref();
  return {
    close() {
      closed = true;
      clearTimeout(timer);
    },
  };
}

function seconds(milliseconds: number): string {
  return `${Math.round(milliseconds / 1000)} seconds`;
}
