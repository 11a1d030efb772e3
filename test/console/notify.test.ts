import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { notifyOfEnd, presentNotices, wantNotices } from "../../console/batch-update/notify.ts";

/** Notices as a browser makes them, with what its user answers when asked. */
class Notices {
  static permission: NotificationPermission = "default";
  static answer: NotificationPermission = "granted";
  static asked = 0;
  static areForWorkersOnly = false;
  static readonly shown: Notices[] = [];

  static async requestPermission(): Promise<NotificationPermission> {
    Notices.asked++;
    Notices.permission = Notices.answer;
    return Notices.permission;
  }

  onclick: (() => void) | null = null;
  isClosed = false;
  readonly title: string;
  readonly options: NotificationOptions | undefined;

  constructor(title: string, options?: NotificationOptions) {
    if (Notices.areForWorkersOnly) throw new TypeError("Illegal constructor");
    this.title = title;
    this.options = options;
    Notices.shown.push(this);
  }

  close(): void {
    this.isClosed = true;
  }
}

const kept = new Map<string, string>();
const focus = vi.fn();

beforeEach(() => {
  Object.assign(Notices, { permission: "default", answer: "granted", asked: 0, areForWorkersOnly: false });
  Notices.shown.length = 0;
  kept.clear();
  focus.mockClear();
  vi.stubGlobal("Notification", Notices);
  vi.stubGlobal("window", { Notification: Notices, focus });
  vi.stubGlobal("localStorage", {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
  });
});
afterEach(() => vi.unstubAllGlobals());

const tell = () => notifyOfEnd("Done: 237 updated", "Spring move", "b1");

describe("a notice of an end", () => {
  it("is shown to who asked for it, once the browser allows it, and leads back to the page", async () => {
    expect(presentNotices()).toBe("OFF");
    expect(await wantNotices(true)).toBe("ON");
    tell();
    const [notice] = Notices.shown;
    expect(notice).toMatchObject({ title: "Done: 237 updated", options: { body: "Spring move", tag: "b1" } });
    expect(focus).not.toHaveBeenCalled();
    notice?.onclick?.();
    expect(focus).toHaveBeenCalledOnce();
    expect(notice?.isClosed).toBe(true);
  });

  it("is not shown to who did not ask, though the browser would allow it, nor any more to who said no", async () => {
    Notices.permission = "granted";
    tell();
    expect(presentNotices()).toBe("OFF");
    await wantNotices(true);
    expect(await wantNotices(false)).toBe("OFF");
    tell();
    expect(Notices.shown).toEqual([]);
    expect(Notices.asked).toBe(0);
  });

  it("is not shown where the browser refuses, which is said and not asked again", async () => {
    Notices.answer = "denied";
    expect(await wantNotices(true)).toBe("REFUSED");
    expect(await wantNotices(true)).toBe("REFUSED");
    tell();
    expect(Notices.shown).toEqual([]);
    expect(Notices.asked).toBe(1);
  });

  it("is nothing that a page breaks by, where only workers may make them or nobody can", async () => {
    await wantNotices(true);
    Notices.areForWorkersOnly = true;
    expect(tell).not.toThrow();
    vi.stubGlobal("window", {});
    expect(presentNotices()).toBe("UNKNOWN_HERE");
    expect(tell).not.toThrow();
    expect(Notices.shown).toEqual([]);
  });
});
