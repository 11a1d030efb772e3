import { useMutation } from "@tanstack/react-query";

interface Download<Input> {
  /** Begins one, where none is being begun. */
  readonly begin: (input: Input) => void;
  readonly isPending: boolean;
  readonly error: Error | null;
}

/** Downloads by a link that is asked for at the press: links run out within minutes. */
export function useDownload<Input = void>(linkOf: (input: Input) => Promise<string | undefined>): Download<Input> {
  const { mutate, isPending, error } = useMutation<string | undefined, Error, Input>({
    mutationFn: linkOf,
    onSuccess: (url) => {
      if (url !== undefined) location.assign(url);
    },
  });
  return {
    begin: (input) => {
      if (!isPending) mutate(input);
    },
    isPending,
    error,
  };
}
