import { App, type AppProps } from "aws-cdk-lib";
import { CURRENTLY_RECOMMENDED_FLAGS } from "aws-cdk-lib/cx-api";

/**
 * An app with the settings that every synthesis has: the deployment's, the tests' and the local run's. They
 * are here rather than in `cdk.json`, which only the CLI reads.
 */
export function createForceApp(props: Omit<AppProps, "context"> = {}): App {
  return new App({
    analyticsReporting: false,
    ...props,
    context: {
      ...CURRENTLY_RECOMMENDED_FLAGS,
      // Findings against CloudFormation's own schemas, and dependency cycles, stop the synthesis.
      "@aws-cdk/core:validateAgainstDefaultRules": true,
    },
  });
}
