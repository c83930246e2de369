import {
  cloneElement,
  createContext,
  useContext,
  useEffect,
  useEffectEvent,
  useId,
  useLayoutEffect,
  useRef,
  useState,
  type KeyboardEvent,
  type ReactElement,
  type ReactNode,
  type Ref,
} from "react";
import { Link } from "react-router";

import { menuPlace } from "./menuPlace";
import classes from "./ActionMenu.module.css";

/** What the button of a menu is given. */
interface MenuButtonProps {
  ref: Ref<HTMLButtonElement>;
  id: string;
  "aria-haspopup": "menu";
  "aria-expanded": boolean;
  onClick: () => void;
  onKeyDown: (event: KeyboardEvent) => void;
}

interface ActionMenuProps {
  /** The button that opens it. */
  button: ReactElement<Partial<MenuButtonProps>>;
  /** The side of the button that it is flush with. */
  align?: "start" | "end";
  children: ReactNode;
}

const Close = createContext<() => void>(() => undefined);
const STEPS: Record<string, (at: number, count: number) => number> = {
  ArrowDown: (at, count) => (at + 1) % count,
  ArrowUp: (at, count) => (at - 1 + count) % count,
  Home: () => 0,
  End: (_, count) => count - 1,
};

/** A button that opens a list of actions, after the WAI-ARIA pattern of a menu button. */
export function ActionMenu({ button, align = "end", children }: ActionMenuProps) {
  const id = useId();
  const opener = useRef<HTMLButtonElement>(null);
  const list = useRef<HTMLDivElement>(null);
  // The item that is reached first, while the menu is open.
  const [opened, setOpened] = useState<"first" | "last" | null>(null);
  const close = () => {
    setOpened(null);
    opener.current?.focus();
  };

  const place = useEffectEvent(() => {
    if (list.current !== null && opener.current !== null) {
      const room = { width: document.documentElement.clientWidth, height: window.innerHeight };
      const { left, top } = menuPlace(
        opener.current.getBoundingClientRect(),
        list.current.getBoundingClientRect(),
        room,
        align,
      );
      list.current.style.left = `${left}px`;
      list.current.style.top = `${top}px`;
    }
  });
  useLayoutEffect(() => {
    if (opened !== null) {
      // Above everything else, also above what fills the window.
      list.current?.showPopover();
      place();
      itemsOf(list.current)
        .at(opened === "first" ? 0 : -1)
        ?.focus();
    }
  }, [opened]);
  useEffect(() => {
    if (opened === null) {
      return;
    }
    const leave = ({ target }: Event) => {
      if (!(target instanceof Node && (list.current?.contains(target) || opener.current?.contains(target)))) {
        setOpened(null);
      }
    };
    const follow = () => place();
    document.addEventListener("pointerdown", leave, true);
    document.addEventListener("scroll", follow, true);
    window.addEventListener("resize", follow);
    return () => {
      document.removeEventListener("pointerdown", leave, true);
      document.removeEventListener("scroll", follow, true);
      window.removeEventListener("resize", follow);
    };
  }, [opened]);

  const move = (event: KeyboardEvent) => {
    const items = itemsOf(list.current);
    const step = STEPS[event.key];
    if (step) {
      event.preventDefault();
      items[step(items.indexOf(document.activeElement as HTMLElement), items.length)]?.focus();
    } else if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      close();
    } else if (event.key === "Tab") {
      // From the button on, as if the menu were not there.
      close();
    }
  };

  return (
    <>
      {cloneElement(button, {
        ref: opener,
        id,
        "aria-haspopup": "menu",
        "aria-expanded": opened !== null,
        onClick: () => (opened === null ? setOpened("first") : close()),
        onKeyDown: (event) => {
          if (event.key === "ArrowDown" || event.key === "ArrowUp") {
            event.preventDefault();
            setOpened(event.key === "ArrowDown" ? "first" : "last");
          }
        },
      })}
      {opened !== null && (
        <div
          ref={list}
          className={classes["menu"]}
          role="menu"
          tabIndex={-1}
          aria-labelledby={id}
          popover="manual"
          onKeyDown={move}
        >
          <Close value={close}>{children}</Close>
        </div>
      )}
    </>
  );
}

function itemsOf(list: HTMLElement | null): HTMLElement[] {
  return list === null ? [] : [...list.querySelectorAll<HTMLElement>('[role="menuitem"]:not(:disabled)')];
}

/** A line between groups of actions. */
export function MenuRule() {
  return <hr className={classes["rule"]} />;
}

/** Why an action did not succeed. */
export function MenuProblem({ children }: { children: ReactNode }) {
  return (
    <p className={classes["problem"]} role="alert">
      {children}
    </p>
  );
}

interface MenuItemProps {
  icon?: ReactNode;
  /** A file to save. */
  href?: string;
  /** A page to go to. */
  to?: string;
  onClick?: () => void;
  disabled?: boolean;
  /** What it does is seen in the menu itself. */
  staysOpen?: boolean;
  children: ReactNode;
}

/** An action in a menu. */
export function MenuItem({ icon, href, to, onClick, disabled, staysOpen = false, children }: MenuItemProps) {
  const close = useContext(Close);
  const common = {
    className: classes["item"] ?? "",
    role: "menuitem",
    tabIndex: -1,
    onClick: () => {
      if (!staysOpen) {
        close();
      }
      onClick?.();
    },
  };
  const content = (
    <>
      {icon}
      <span>{children}</span>
    </>
  );
  if (to !== undefined) {
    return (
      <Link {...common} to={to}>
        {content}
      </Link>
    );
  }
  return href === undefined ? (
    <button {...common} type="button" disabled={disabled}>
      {content}
    </button>
  ) : (
    <a {...common} href={href} download>
      {content}
    </a>
  );
}
