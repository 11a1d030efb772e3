import type { createRequestHandler } from "local-aws-sqs";

type Service = ReturnType<typeof createRequestHandler>["service"];
export type EngineQueue = Service["Queues"][number];

/**
 * Where the engine differs from SQS in what the product can see, set right in front of it:
 * - a long poll answers as soon as there is a message, not only when it has as many as it may;
 * - `ApproximateNumberOfMessages` does not count those in flight.
 */
export function correct(queue: EngineQueue): void {
  const receive: EngineQueue["receive"] = queue.receive.bind(queue);
  queue.receive = async ({ WaitTimeSeconds, ...rest }) => {
    const wait = Number(WaitTimeSeconds ?? queue.ReceiveMessageWaitTimeSeconds);
    const deadline = Date.now() + wait * 1000;
    for (;;) {
      const messages = await receive({ ...rest, WaitTimeSeconds: 0 });
      if (messages.length > 0 || Date.now() >= deadline) return messages;
    }
  };
  const getAttributes: EngineQueue["getAttributes"] = queue.getAttributes.bind(queue);
  queue.getAttributes = (names) => {
    const answer: Record<string, string> | undefined = getAttributes(names);
    if (answer?.ApproximateNumberOfMessages === undefined) return answer;
    const inFlight: Record<string, string> | undefined = getAttributes(["ApproximateNumberOfMessagesNotVisible"]);
    const waiting =
      Number(answer.ApproximateNumberOfMessages) - Number(inFlight?.ApproximateNumberOfMessagesNotVisible);
    return { ...answer, ApproximateNumberOfMessages: String(waiting) };
  };
}
