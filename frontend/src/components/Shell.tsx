import { AppShell, Burger, Group } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconBook, IconFlask, IconPlus, IconServer, type Icon } from "@tabler/icons-react";
import { useEffect, useRef } from "react";
import { Link, NavLink, Outlet, ScrollRestoration, useLocation } from "react-router";

import { LiveEvents } from "../api/LiveEvents";
import { ConnectionNotice } from "./ConnectionNotice";
import { Logo } from "./Logo";
import { ServiceStatus } from "./ServiceStatus";
import classes from "./Shell.module.css";
import { ThemeSwitch } from "./ThemeSwitch";

const PAGES: readonly { to: string; label: string; Icon: Icon }[] = [
  { to: "/", label: "Experiments", Icon: IconFlask },
  { to: "/new", label: "New experiment", Icon: IconPlus },
  { to: "/methods", label: "Methods", Icon: IconBook },
  { to: "/system", label: "System", Icon: IconServer },
];

/** The frame of every page but shared ones: navigation, connection notice, the event stream. */
export function Shell() {
  const [opened, { toggle, close }] = useDisclosure();
  const { pathname } = useLocation();
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
        Skip to the content
      </a>
      <AppShell
        header={{ height: { base: 56, md: 0 } }}
        navbar={{ width: 208, breakpoint: "md", collapsed: { mobile: !opened } }}
        withBorder={false}
      >
        <AppShell.Header className={classes["header"]} hiddenFrom="md">
          <Group h="100%" px="md" gap="sm" wrap="nowrap">
            <Burger
              opened={opened}
              onClick={toggle}
              size="sm"
              aria-label={opened ? "Close the navigation" : "Open the navigation"}
              aria-expanded={opened}
            />
            <Link to="/" className={classes["home"]}>
              <Logo />
            </Link>
          </Group>
        </AppShell.Header>
        <AppShell.Navbar className={classes["navbar"]} aria-label="Pages">
          <Link to="/" className={classes["home"]} data-desktop>
            <Logo />
          </Link>
          <ul className={classes["pages"]}>
            {PAGES.map(({ to, label, Icon }) => (
              <li key={to}>
                <NavLink to={to} end={to !== "/"} className={classes["page"] ?? ""} onClick={close}>
                  <Icon size={18} stroke={1.75} aria-hidden />
                  {label}
                </NavLink>
              </li>
            ))}
          </ul>
          <div className={classes["foot"]}>
            <ServiceStatus />
            <ThemeSwitch />
          </div>
        </AppShell.Navbar>
        <AppShell.Main id="main" ref={main} tabIndex={-1} className={classes["main"]}>
          <ConnectionNotice />
          <Outlet />
        </AppShell.Main>
      </AppShell>
      <ScrollRestoration />
    </LiveEvents>
  );
}
