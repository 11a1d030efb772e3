import { z } from "zod";

const text = z.string().min(1);

/** What every function that keeps records is given. */
export const storeEnvironment = { TABLE_NAME: text, BUCKET_NAME: text };

/** What functions are given beside it that work for one library at a time. */
export const workEnvironment = { ...storeEnvironment, WORK_ROLE_ARN: text };

/** State machines by workflow, for the functions that start executions. */
export const workflowEnvironment = {
  BUILD_QUERY_SET_ARN: text,
  PLAN_ARN: text,
  APPLY_ARN: text,
  IMPORT_ARN: text,
  EXPORT_ARN: text,
  ERASE_ARN: text,
};

export const queueEnvironment = { SERVICE_QUEUES_URL: text };

/** Reads the environment once, at cold start; a missing variable is an error that names it. */
export function readEnvironment<T extends z.ZodRawShape>(shape: T): z.infer<z.ZodObject<T>> {
  const parsed = z.object(shape).safeParse(process.env);
  if (parsed.success) return parsed.data;
  const names = parsed.error.issues.map((issue) => issue.path.join("."));
  throw new Error(`The environment lacks ${names.join(", ")}`);
}
