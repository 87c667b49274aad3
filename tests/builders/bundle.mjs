// Bundles the pages: no page loads anything from another host.
import { build } from "esbuild";

const [out, ...pages] = process.argv.slice(2);
await build({
  entryPoints: pages, outdir: out, bundle: true, format: "iife", logLevel: "error", minify: true, target: "chrome120",
  define: { "process.env.NODE_ENV": '"production"' },
  loader: { ".woff": "dataurl", ".woff2": "dataurl", ".ttf": "dataurl", ".eot": "dataurl", ".svg": "dataurl", ".png": "dataurl" },
});
