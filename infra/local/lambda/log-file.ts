import { open } from "node:fs/promises";
import { Writable } from "node:stream";

/**
 * A log that is appended to. Where it cannot be, as on a full disk, that is said once and lines are lost until it can be
 * again: nothing that only tells of the work may stop it.
 */
export async function openLogFile(path: string, say: (sentence: string) => void): Promise<Writable> {
  const file = await open(path, "a");
  let isLosing = false;
  return new Writable({
    write(data: Buffer, _encoding, done) {
      file.appendFile(data).then(
        () => {
          isLosing = false;
          done();
        },
        (error: unknown) => {
          if (!isLosing) say(`${path} cannot be written, its lines are lost meanwhile: ${String(error)}`);
          isLosing = true;
          done();
        },
      );
    },
    final(done) {
      file.close().then(() => done(), done);
    },
  });
}
