/** Why an execution was started; part of its name, so that the same cause starts it once. */
export type Cause = string;

export type WorkflowStarter = {
  /**
   * Starts one run of the incident workflow, once per cause: a run of that name that is RUNNING or SUCCEEDED
   * counts as started; one that ended otherwise is followed by the next attempt.
   * Throws `DependencyUnavailableError` when it could not be started.
   */
  readonly start: (run: { readonly incidentId: string; readonly cause: Cause }) => Promise<void>;
};
