import { createBrowserRouter } from "react-router";

import { Shell } from "./components/Shell";
import { readPlotlyAhead } from "./lib/plotly";
import { CrashPage } from "./pages/CrashPage";
import { ExperimentsPage } from "./pages/ExperimentsPage";
import { NotFoundPage } from "./pages/NotFoundPage";

export const router = createBrowserRouter([
  {
    path: "/s/:token",
    errorElement: <CrashPage />,
    hydrateFallbackElement: <></>,
    lazy: async () => {
      readPlotlyAhead();
      return { Component: (await import("./pages/SharedPage")).SharedPage };
    },
  },
  {
    path: "/sign-in",
    errorElement: <CrashPage />,
    hydrateFallbackElement: <></>,
    lazy: async () => ({ Component: (await import("./pages/SignInPage")).SignInPage }),
  },
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
      {
        path: "/experiments/:id",
        lazy: async () => {
          readPlotlyAhead();
          return { Component: (await import("./pages/ExperimentPage")).ExperimentPage };
        },
      },
      {
        path: "/experiments/:id/compare",
        lazy: async () => {
          readPlotlyAhead();
          return { Component: (await import("./pages/ComparePage")).ComparePage };
        },
      },
      {
        path: "/experiments/:id/paper",
        lazy: async () => ({ Component: (await import("./pages/PaperPage")).PaperPage }),
      },
      {
        path: "/experiments/:id/answers",
        lazy: async () => ({ Component: (await import("./pages/AnswersPage")).AnswersPage }),
      },
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
