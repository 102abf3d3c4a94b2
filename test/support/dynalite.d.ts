declare module "dynalite" {
  import type { Server } from "node:http";

  /** dynalite 4: times in milliseconds. */
  function dynalite(options?: { readonly createTableMs?: number; readonly deleteTableMs?: number }): Server;
  export = dynalite;
}
