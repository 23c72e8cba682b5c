import { expect, test } from "vitest";
import type { ExamQuestions } from "./feature-exam.ts";
import { createModelMethod, listRequests } from "./model-method.ts";
import type { ChatRequest } from "./write-prompts.ts";

const show = (text: string) => ({ text, scripts: [] });
const signal = new AbortController().signal;

const questions: ExamQuestions = {
  examples: [{ tokens: [show("a"), show("b")], labels: {}, source: { kind: "top" }, levels: [0, 9] }],
  raised: [show("c")],
  lowered: [show("d")],
  passages: [
    { tokens: [show("e"), show("f")], labels: {} },
    { tokens: [show("g")], labels: {} },
  ],
  logitTokens: [show("h"), show("i")],
  detection: [{ tokens: [show("j")], labels: {} }],
  fuzzing: [{ tokens: [show("k")], labels: {}, marked: [true] }],
};

/** A model that gives these replies in turn. */
function modelOf(replies: readonly string[]) {
  const asked: ChatRequest[] = [];
  const ask = async (request: ChatRequest) => {
    asked.push(request);
    return replies[asked.length - 1]!;
  };
  return { asked, method: createModelMethod({ name: "small", concurrency: 2, ask }) };
}

test("a model explains and then answers each part from its explanation", async () => {
  const { asked, method } = modelOf([
    "<answer>letters</answer>",
    "e\t1\nf\t2\n\ng\t3",
    "h\tyes\ni\tno",
    "1\tyes",
    "1\tno",
  ]);
  expect(await method.answer(questions, signal)).toEqual({
    explanation: "letters",
    levels: [[1, 2], [3]],
    raised: [true, false],
    active: [true],
    markedRight: [false],
  });
  expect(method.name).toBe("small, prompts 1");
  for (const { messages } of asked.slice(1)) expect(messages.at(-1)!.content).toMatch(/^Explanation: "letters"/);
  expect(asked).toHaveLength(listRequests(questions).length);
});

test("without an explanation nothing more is asked; a part that cannot be read has no answer", async () => {
  const silent = modelOf(["I would rather not."]);
  expect((await silent.method.answer(questions, signal)).explanation).toBeNull();
  expect(silent.asked).toHaveLength(1);
  const { method } = modelOf(["<answer>letters</answer>", "I cannot.", "h\tyes\ni\tno", "perhaps", "1\tno"]);
  expect(await method.answer(questions, signal)).toMatchObject({ levels: null, raised: [true, false], active: null });
});

test("what is not asked is not paid for: no direct effect, no logit test", async () => {
  const { asked, method } = modelOf(["<answer>letters</answer>", "e\t1\nf\t2\ng\t3", "1\tyes", "1\tno"]);
  const answers = await method.answer({ ...questions, logitTokens: [] }, signal);
  expect(answers.raised).toEqual([]);
  expect(asked).toHaveLength(4);
});
