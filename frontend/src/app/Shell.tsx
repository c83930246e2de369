import { ActionIcon } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconBook, IconFlask, IconMenu2, IconPlus, IconServer, IconX, type Icon } from "@tabler/icons-react";
import { useEffect, useRef } from "react";
import { Link, Navigate, NavLink, Outlet, ScrollRestoration, useLocation } from "react-router";

import { LiveEvents } from "../api/LiveEvents";
import { OwnerContext, useIsOwner, useSession } from "../api/session";
import type { Session } from "../api/types";
import { signInPath } from "../features/access/signIn";
import { ConnectionNotice } from "./ConnectionNotice";
import { Logo } from "../ui/Logo";
import { ErrorAlert } from "../ui/feedback/ErrorAlert";
import { ServiceStatus } from "./ServiceStatus";
import classes from "./Shell.module.css";
import { SignedIn } from "./SignedIn";
import { ThemeSwitch } from "../ui/controls/ThemeSwitch";

const PAGES: readonly { to: string; label: string; Icon: Icon; ownerOnly?: boolean }[] = [
  { to: "/", label: "Experiments", Icon: IconFlask },
  { to: "/new", label: "New experiment", Icon: IconPlus, ownerOnly: true },
  { to: "/methods", label: "Methods", Icon: IconBook },
  { to: "/system", label: "System", Icon: IconServer },
];

/** Every page but shared ones, for who has signed in where that is asked for. */
export function Shell() {
  const { pathname, search, hash } = useLocation();
  const { data: session, error, refetch } = useSession();
  if (!session) {
    return error ? (
      <main className={classes["alone"]}>
        <ErrorAlert error={error} onRetry={() => void refetch()} />
      </main>
    ) : null;
  }
  if (session.role === null) {
    return <Navigate to={signInPath(`${pathname}${search}${hash}`)} replace />;
  }
  return (
    <OwnerContext value={session.role === "owner"}>
      <Frame session={session} />
    </OwnerContext>
  );
}

/** What stands around a page: navigation, connection notice, the event stream. */
function Frame({ session }: { session: Session }) {
  const [opened, { toggle, close }] = useDisclosure();
  const { pathname } = useLocation();
  const isOwner = useIsOwner();
  const main = useRef<HTMLElement>(null);
  const lastPath = useRef(pathname);

  useEffect(() => {
    if (lastPath.current !== pathname) {
      lastPath.current = pathname;
      close();
      main.current?.focus({ preventScroll: true });
    }
  }, [pathname, close]);

  return (
    <LiveEvents>
      <a className={classes["skip"]} href="#main">
        Skip to content
      </a>
      <div className={classes["shell"]}>
        <header className={classes["header"]}>
          <ActionIcon
            variant="subtle"
            color="gray"
            onClick={toggle}
            aria-label={opened ? "Close navigation" : "Open navigation"}
            aria-expanded={opened}
          >
            {opened ? <IconX size={20} aria-hidden /> : <IconMenu2 size={20} aria-hidden />}
          </ActionIcon>
          <Link to="/" className={classes["home"]}>
            <Logo />
          </Link>
        </header>
        <nav className={classes["navbar"]} aria-label="Pages" data-opened={opened || undefined}>
          <Link to="/" className={classes["home"]} data-desktop>
            <Logo />
          </Link>
          <ul className={classes["pages"]}>
            {PAGES.filter(({ ownerOnly }) => isOwner || !ownerOnly).map(({ to, label, Icon }) => (
              <li key={to}>
                <NavLink to={to} end={to !== "/"} className={classes["page"] ?? ""} onClick={close}>
                  <Icon size={18} stroke={1.75} aria-hidden />
                  {label}
                </NavLink>
              </li>
            ))}
          </ul>
          <div className={classes["foot"]}>
            {session.required && <SignedIn session={session} />}
            <ServiceStatus />
            <ThemeSwitch />
          </div>
        </nav>
        <main id="main" ref={main} tabIndex={-1} className={classes["main"]}>
          <ConnectionNotice />
          <Outlet />
        </main>
      </div>
      <ScrollRestoration />
    </LiveEvents>
  );
}
