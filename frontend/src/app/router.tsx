import { createBrowserRouter } from "react-router";

import { Shell } from "./Shell";
import { readPlotlyAhead } from "../figures/chart/plotly";
import { CrashPage } from "./CrashPage";
import { ExperimentsPage } from "../features/experiments/ExperimentsPage";
import { NotFoundPage } from "./NotFoundPage";

export const router = createBrowserRouter([
  {
    path: "/s/:token",
    errorElement: <CrashPage />,
    hydrateFallbackElement: <></>,
    lazy: async () => {
      readPlotlyAhead();
      return { Component: (await import("../features/sharing/SharedPage")).SharedPage };
    },
  },
  {
    path: "/sign-in",
    errorElement: <CrashPage />,
    hydrateFallbackElement: <></>,
    lazy: async () => ({ Component: (await import("../features/access/SignInPage")).SignInPage }),
  },
  {
    element: <Shell />,
    errorElement: <CrashPage />,
    hydrateFallbackElement: <></>,
    children: [
      { path: "/", element: <ExperimentsPage /> },
      {
        path: "/new",
        lazy: async () => ({ Component: (await import("../features/launch/NewExperimentPage")).NewExperimentPage }),
      },
      {
        path: "/experiments/:id",
        lazy: async () => {
          readPlotlyAhead();
          return { Component: (await import("../features/experiment/ExperimentPage")).ExperimentPage };
        },
      },
      {
        path: "/experiments/:id/compare",
        lazy: async () => {
          readPlotlyAhead();
          return { Component: (await import("../features/compare/ComparePage")).ComparePage };
        },
      },
      {
        path: "/experiments/:id/paper",
        lazy: async () => ({ Component: (await import("../features/paper/PaperPage")).PaperPage }),
      },
      {
        path: "/experiments/:id/answers",
        lazy: async () => ({ Component: (await import("../features/answers/AnswersPage")).AnswersPage }),
      },
      {
        path: "/methods",
        lazy: async () => ({ Component: (await import("../features/methods/MethodsPage")).MethodsPage }),
      },
      {
        path: "/system",
        lazy: async () => ({ Component: (await import("../features/system/SystemPage")).SystemPage }),
      },
      { path: "*", element: <NotFoundPage /> },
    ],
  },
]);
