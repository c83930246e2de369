import classes from "./Logo.module.css";

/** The mark and the name. The mark is the favicon, so that there is one drawing of it. */
export function Logo() {
  return (
    <span className={classes["logo"]}>
      <img src="/favicon.svg" alt="" width={24} height={24} />
      <span>Feedback Atlas</span>
    </span>
  );
}
