import { appendFileSync, createReadStream } from "node:fs";
import { z } from "zod";
import { startStepFunctions } from "#infra/local/step-functions/server";

// A process of its own around the engine, to be killed. It writes each call of the function to a file as it begins,
// and ends itself, as kill -9 would, when it comes to the call it is told to die at.

const settings = z
  .object({
    DIRECTORY: z.string(),
    EFFECTS: z.string(),
    CHUNKS: z.string(),
    DEFINITION: z.string(),
    MACHINE_ARN: z.string(),
    DIE_AT: z.string().optional(),
    HOLD_FROM: z.coerce.number().optional(),
  })
  .parse(process.env);

const payloadSchema = z.object({ task: z.enum(["split", "chunk", "close"]), chunk: z.number().optional() });

const server = await startStepFunctions({
  port: 0,
  directory: settings.DIRECTORY,
  credentials: { accessKeyId: "local", secretAccessKey: "local" },
  stateMachines: [{ arn: settings.MACHINE_ARN, name: "Work", definition: JSON.parse(settings.DEFINITION) }],
  async invoke(_arn, given) {
    const payload = payloadSchema.parse(given);
    const call = [payload.task, payload.chunk].filter((part) => part !== undefined).join(" ");
    appendFileSync(settings.EFFECTS, `${call}\n`);
    if (call === settings.DIE_AT) process.kill(process.pid, "SIGKILL");
    if (payload.chunk !== undefined && payload.chunk >= (settings.HOLD_FROM ?? Number.POSITIVE_INFINITY)) {
      await new Promise(() => undefined);
    }
    return { payload: payload.task === "split" ? { chunks: 40, bucket: "bucket", key: "key" } : {} };
  },
  readObject: async () => createReadStream(settings.CHUNKS),
});
await server.resume();
console.log(server.endpoint);
