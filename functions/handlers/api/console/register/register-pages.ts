import { Hono } from "hono";
import { RecordNotFoundError } from "#contracts/errors.ts";
import { addEntryPages, type EntryPagesDeps } from "./entry-pages.ts";
import { addImportPages, type ImportPagesDeps } from "./import-pages.ts";
import { addRegisterLists, type RegisterListsDeps } from "./list-pages.ts";
import type { RegisterVisitDeps } from "./register-visit.ts";

export type RegisterPagesDeps = RegisterListsDeps & EntryPagesDeps & ImportPagesDeps;

/** The pages of the register. Their code, and the reader of CSV, is loaded with the first of them that is asked for. */
export function createRegisterPages(deps: RegisterPagesDeps & RegisterVisitDeps): Hono {
  const app = new Hono();
  addRegisterLists(app, deps);
  addEntryPages(app, deps);
  addImportPages(app, deps);
  app.notFound(() => {
    throw new RecordNotFoundError(
      "Check the address. The pages of the register are reached from its first one.",
    );
  });
  // Whoever mounts these pages tells people what went wrong.
  app.onError((error) => {
    throw error;
  });
  return app;
}
