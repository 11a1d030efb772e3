/** An error that Step Functions answers with: its type is what the SDK makes an exception of. */
export class ApiError extends Error {
  readonly type: string;

  constructor(type: string, message: string) {
    super(message);
    this.name = "ApiError";
    this.type = type;
  }
}
