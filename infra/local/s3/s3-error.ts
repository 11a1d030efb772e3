/** What S3 answers with, as its own error codes: clients decide by them. */
export class S3Error extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.name = "S3Error";
    this.status = status;
    this.code = code;
  }
}

export const notImplemented = (what: string) =>
  new S3Error(501, "NotImplemented", `${what} is not something the local S3 does.`);

export const noSuchKey = () => new S3Error(404, "NoSuchKey", "The specified key does not exist.");

export const preconditionFailed = () =>
  new S3Error(412, "PreconditionFailed", "At least one of the pre-conditions you specified did not hold");
