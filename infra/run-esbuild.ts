import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { type BuildOptions, build, type Plugin } from "esbuild";

/**
 * S3's schemas name their XML traits by constants (`{ [_xN]: _ACL }`). A computed name might do anything when it
 * is read, so nothing of them is ever shaken off: 60 KiB of operations that nobody calls. Written as the strings
 * that they are, they go.
 */
const plainTraitNames: Plugin = {
  name: "plain-trait-names",
  setup: ({ onLoad }) => {
    onLoad({ filter: /@aws-sdk[\\/][\w-]+[\\/]dist-es[\\/]schemas[\\/]schemas_0\.js$/ }, async ({ path }) => {
      const source = await readFile(path, "utf8");
      const constants = new Map(
        [...source.matchAll(/^const (_\w+) = ("[^"\n]*");$/gm)].map((m) => [m[1], m[2]]),
      );
      const contents = source.replaceAll(/\[(_\w+)\]:/g, (whole, name) => {
        const text = constants.get(name);
        return text === undefined ? whole : `${text}:`;
      });
      return { contents, loader: "js" };
    });
  },
};

/**
 * A function has its credentials in its environment. The SDK's chain of other places (profiles, SSO, web
 * identity, instance metadata) is 110 KiB that no function ever comes to.
 */
const credentialsOfTheEnvironment: Plugin = {
  name: "credentials-of-the-environment",
  setup: ({ onLoad }) => {
    onLoad({ filter: /credential-provider-node[\\/]dist-es[\\/]index\.js$/ }, () => ({
      contents: 'export { fromEnv as defaultProvider } from "@aws-sdk/credential-provider-env";',
    }));
  },
};

const options = JSON.parse(readFileSync(0, "utf8")) as BuildOptions & { metafile: true };
const { metafile } = await build({ ...options, plugins: [plainTraitNames, credentialsOfTheEnvironment] });
process.stdout.write(JSON.stringify(metafile));
