import { createBrowserRouter } from "react-router";

import { Shell } from "./components/Shell";
import { ComparePage } from "./pages/ComparePage";
import { CrashPage } from "./pages/CrashPage";
import { ExperimentPage } from "./pages/ExperimentPage";
import { ExperimentsPage } from "./pages/ExperimentsPage";
import { NotFoundPage } from "./pages/NotFoundPage";
import { SharedPage } from "./pages/SharedPage";

export const router = createBrowserRouter([
  { path: "/s/:token", element: <SharedPage />, errorElement: <CrashPage /> },
  {
    element: <Shell />,
    errorElement: <CrashPage />,
    hydrateFallbackElement: <></>,
    children: [
      { path: "/", element: <ExperimentsPage /> },
      {
        path: "/new",
        lazy: async () => ({ Component: (await import("./pages/NewExperimentPage")).NewExperimentPage }),
      },
      { path: "/experiments/:id", element: <ExperimentPage /> },
      { path: "/experiments/:id/compare", element: <ComparePage /> },
      {
        path: "/methods",
        lazy: async () => ({ Component: (await import("./pages/MethodsPage")).MethodsPage }),
      },
      {
        path: "/system",
        lazy: async () => ({ Component: (await import("./pages/SystemPage")).SystemPage }),
      },
      { path: "*", element: <NotFoundPage /> },
    ],
  },
]);
