/** What somebody may do, by the role that the verified token names. */
export const roles = ["administrator", "staff", "support"] as const;
export type Role = (typeof roles)[number];
