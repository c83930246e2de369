import { Button } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";

import { fetchWhenMade, saveBlob } from "../../../api/download";
import { errorMessage } from "../../../api/problem";
import type { Comparison } from "../../../api/types";
import { fileStem } from "../../../lib/format";

/** Saves all numbers of a comparison as one file. */
export function NumbersButton({ comparison }: { comparison: Comparison }) {
  const save = useMutation({
    mutationFn: () => fetchWhenMade(`/api/comparisons/${encodeURIComponent(comparison.id)}/numbers.zip`),
    onSuccess: (file) => saveBlob(file, `${fileStem(comparison.title, "numbers")}.zip`),
  });
  return (
    <Button
      variant="default"
      title={
        save.isError ? errorMessage(save.error) : "RDMs for rsatoolbox (HDF5, NPZ), similarities (CSV, NPZ), manifests"
      }
      leftSection={<IconDownload size={17} aria-hidden />}
      loading={save.isPending}
      onClick={() => save.mutate()}
    >
      {save.isError ? "Not saved" : "Numbers"}
    </Button>
  );
}
