/** Whether this person wants notices, on this computer. The browser keeps for itself whether it allows them. */
const key = "notify-of-ends";

export type Notices = "UNKNOWN_HERE" | "REFUSED" | "OFF" | "ON";

export function presentNotices(): Notices {
  if (!("Notification" in window)) return "UNKNOWN_HERE";
  if (Notification.permission === "denied") return "REFUSED";
  return Notification.permission === "granted" && localStorage.getItem(key) === "yes" ? "ON" : "OFF";
}

/** Asks the browser's question, where it was not answered yet. Only ever called for a press. */
export async function wantNotices(isWanted: boolean): Promise<Notices> {
  localStorage.setItem(key, isWanted ? "yes" : "no");
  if (isWanted && Notification.permission === "default") await Notification.requestPermission();
  return presentNotices();
}

/** Tells of an end outside of the page. Names no patron: it may be shown on a locked screen. */
export function notifyOfEnd(text: string, of: string, tag: string): void {
  if (presentNotices() !== "ON") return;
  try {
    const notice = new Notification(text, { body: of, tag });
    notice.onclick = () => {
      window.focus();
      notice.close();
    };
  } catch {
    // Some browsers know notices, but let only workers make them. The title of the tab tells the same.
  }
}
