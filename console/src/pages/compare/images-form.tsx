import { ActionIcon, Button, TextInput } from '@mantine/core';
import { useState, type JSX, type SubmitEvent } from 'react';
import { useLocation } from 'wouter';

import { Icon } from '../../parts/icon.js';
import { comparePlace, type ComparedImages } from '../../parts/places.js';
import { parseImages, swapped, textsOf } from './chosen-images.js';
import classes from './compare.module.css';

const WRONG = 'Write each image as REPOSITORY:TAG or REPOSITORY@DIGEST.';

/** Chooses the images, and swaps them. */
export function ImagesForm({
  chosen,
}: {
  readonly chosen: ComparedImages | undefined;
}): JSX.Element {
  const [, goTo] = useLocation();
  const [first, second] = chosen ? textsOf(chosen) : ['', ''];
  const [texts, setTexts] = useState({ first, second });
  const [error, setError] = useState<string>();
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const images = parseImages(texts.first, texts.second);
    if (images === undefined) return setError(WRONG);
    const platform = chosen?.platform;
    goTo(comparePlace({ ...images, ...(platform !== undefined && { platform }) }));
  };
  return (
    <form onSubmit={submit} className={classes.form}>
      <TextInput
        label="First image"
        placeholder="team/app:1.0"
        value={texts.first}
        error={error}
        onChange={({ currentTarget }) => setTexts({ ...texts, first: currentTarget.value })}
        spellCheck={false}
      />
      <ActionIcon
        className={classes.swap}
        size="lg"
        aria-label="Swap the images"
        title="Swap the images"
        disabled={chosen === undefined}
        onClick={() => chosen && goTo(comparePlace(swapped(chosen)))}
      >
        <Icon name="compare" />
      </ActionIcon>
      <TextInput
        label="Second image"
        placeholder="team/app:2.0"
        value={texts.second}
        onChange={({ currentTarget }) => setTexts({ ...texts, second: currentTarget.value })}
        spellCheck={false}
      />
      <Button type="submit">Compare</Button>
    </form>
  );
}
