/** Milliseconds between two sentences: a screen reader needs time to speak one before the next. */
const pause = 4_000;

type Speak = (sentence: string) => void;

/**
 * Sentences for people who listen. At most one every few seconds: of progress only the newest is kept, what ends a job
 * is never dropped.
 */
export function createAnnouncer(speak: Speak, now: () => number = () => performance.now()) {
  let spokenAt = Number.NEGATIVE_INFINITY;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let lasting: string[] = [];
  let passing: string | undefined;

  const next = () => {
    timer = undefined;
    const sentence = lasting.shift() ?? passing;
    if (sentence === undefined) return;
    if (sentence === passing) passing = undefined;
    speak(sentence);
    spokenAt = now();
    schedule();
  };
  const schedule = () => {
    if (timer !== undefined || (lasting.length === 0 && passing === undefined)) return;
    timer = setTimeout(next, Math.max(0, spokenAt + pause - now()));
  };

  return {
    announce(sentence: string): void {
      passing = undefined;
      lasting = [...lasting.filter((it) => it !== sentence), sentence];
      schedule();
    },
    announceProgress(sentence: string): void {
      passing = sentence;
      schedule();
    },
  };
}

let speaker: Speak = () => {};
const announcer = createAnnouncer((sentence) => speaker(sentence));

/** Says a sentence politely and surely: a state was reached, or something failed. */
export const announce = announcer.announce;
/** Says how far something is, unless there is something newer to say. */
export const announceProgress = announcer.announceProgress;

/** Connects the announcer to the page's live region. */
export function onSpeak(speak: Speak): () => void {
  speaker = speak;
  return () => {
    speaker = () => {};
  };
}
