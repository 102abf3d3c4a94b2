/** Tells those who run the platform that something needs a person. At least once. */
export type OperationsAlert = {
  readonly tell: (message: {
    /** Under 100 characters, no personal data. */
    readonly subject: string;
    readonly body: string;
  }) => Promise<void>;
};
