import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const backend = `http://127.0.0.1:${process.env["ATLAS_PORT"] ?? "8000"}`;

// Loaded at the first PDF, and so no part of what every page loads.
const FOR_PDFS =
  /node_modules\/(jspdf|svg2pdf\.js|svgpath|cssesc|specificity|font-family-papandreou|fflate|fast-png|iobuffer|pako|@babel)\//;

export default defineConfig({
  plugins: [react()],
  // The service puts the nonce of each answer here (server/system/page_routes.py): styles need it under its policy.
  html: { cspNonce: "ATLAS_NONCE" },
  build: {
    outDir: "../backend/feedback_atlas/server/page",
    emptyOutDir: true,
    target: "es2022",
    chunkSizeWarningLimit: 800,
    // What two pages need is one file, since many small ones compress worse; what others wrote comes before it,
    // so that their styles give way to ours.
    rolldownOptions: {
      // jsPDF asks for these where it is given HTML, which it never is.
      external: ["canvg", "dompurify", "html2canvas"],
      output: {
        codeSplitting: {
          groups: [
            {
              name: "vendor",
              test: (id) => id.includes("preload-helper") || (id.includes("node_modules") && !FOR_PDFS.test(id)),
              priority: 1,
            },
            { name: "shared", minShareCount: 2 },
          ],
        },
      },
    },
  },
  server: { proxy: { "/api": backend, "/plotly.min.js": backend } },
  test: {
    environment: "node",
    include: ["src/**/*.test.{ts,tsx}"],
    restoreMocks: true,
  },
});
