import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { createContext, useContext, type ReactNode } from "react";

import { body, client, done } from "./client";
import { keys } from "./keys";
import type { Session } from "./types";

export function useSession() {
  return useQuery({ queryKey: keys.session, queryFn: () => body(client.GET("/api/session")), staleTime: 60_000 });
}

export function useSignIn() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (token: string) => body(client.POST("/api/session", { body: { token } })),
    onSuccess: (session) => queryClient.setQueryData(keys.session, session),
  });
}

export function useSignOut() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: () => done(client.DELETE("/api/session")),
    onSuccess: () =>
      queryClient.setQueryData<Session>(keys.session, { required: true, name: null, role: null, expires_at: null }),
  });
}

/** Whether the reader may change things; the service decides, the page only offers what it would do. */
export const OwnerContext = createContext(true);

export function useIsOwner(): boolean {
  return useContext(OwnerContext);
}

/** What only owners are offered. */
export function OwnerOnly({ children }: { children: ReactNode }) {
  return useIsOwner() ? children : null;
}
