declare module "asl-validator" {
  /** The package brings no types. It writes its defaults into the definition that it is given. */
  function validate(
    definition: unknown,
    options?: { readonly checkArn?: boolean; readonly checkPaths?: boolean },
  ): { readonly isValid: boolean; readonly errorsText: (separator: string) => string };
  export = validate;
}
