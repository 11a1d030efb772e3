/** Milliseconds between two sentences: a screen reader needs time to speak one before the next. */
const pause = 4_000;

type Speak = (sentence: string) => void;

interface Waiting {
  readonly sentence: string;
  /** What a person has just done goes before what has happened by itself. */
  readonly isAct: boolean;
  /** What it is about: a newer sentence about the same makes it out of date. */
  readonly about: string;
}

/**
 * Sentences for people who listen, one every few seconds at most. What the person did comes first, then what ended or
 * failed by itself, then how far something is, of which only the newest is kept. What is out of date when its turn comes
 * is dropped: a newer sentence about the same thing stands in its place.
 */
export function createAnnouncer(speak: Speak, now: () => number = () => performance.now()) {
  let spokenAt = Number.NEGATIVE_INFINITY;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let waiting: readonly Waiting[] = [];
  let progress: string | undefined;

  const take = (): string | undefined => {
    const next = waiting.find(({ isAct }) => isAct) ?? waiting[0];
    if (next !== undefined) {
      waiting = waiting.filter((it) => it !== next);
      return next.sentence;
    }
    const sentence = progress;
    progress = undefined;
    return sentence;
  };
  const speakNext = () => {
    timer = undefined;
    const sentence = take();
    if (sentence === undefined) return;
    spokenAt = now();
    speak(sentence);
    schedule();
  };
  const schedule = () => {
    if (timer !== undefined || (waiting.length === 0 && progress === undefined)) return;
    timer = setTimeout(speakNext, Math.max(0, spokenAt + pause - now()));
  };
  const put = (sentence: string, isAct: boolean, about: string) => {
    waiting = [...waiting.filter((it) => it.about !== about), { sentence, isAct, about }];
    schedule();
  };

  return {
    announce(sentence: string, about = sentence): void {
      progress = undefined;
      put(sentence, false, about);
    },
    announceAct(sentence: string, about = sentence): void {
      put(sentence, true, about);
    },
    announceProgress(sentence: string): void {
      progress = sentence;
      schedule();
    },
    /** What was to be said about this is true no longer. */
    forget(about: string): void {
      waiting = waiting.filter((it) => it.about !== about);
    },
    /** Another view is shown: how far something was in the one before is out of date. */
    forgetProgress(): void {
      progress = undefined;
    },
  };
}

let speaker: Speak = () => {};
const announcer = createAnnouncer((sentence) => speaker(sentence));

/** Says politely and surely what happened by itself: a state was reached, or something could not be loaded. */
export const announce = announcer.announce;
/** Says what became of what the person just did, before anything else. */
export const announceAct = announcer.announceAct;
/** Says how far something is, unless there is something newer to say. */
export const announceProgress = announcer.announceProgress;
export const forget = announcer.forget;
export const forgetProgress = announcer.forgetProgress;

/** Connects the announcer to the page's live region. */
export function onSpeak(speak: Speak): () => void {
  speaker = speak;
  return () => {
    speaker = () => {};
  };
}
