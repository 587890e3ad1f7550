import { expect, test } from 'vitest'
import { taskRatios } from './task-ratios.ts'
import { SequentialTaskSet } from './task-set.ts'
import { User } from './user.ts'

const ALL = { include: null, exclude: [] }
class Basket extends SequentialTaskSet {
  static override tasks = { add: 3, pay: 1 }
  add(): void {}
  pay(): void {}
}
class Shopper extends User {
  static override tasks = [
    ['browse', 3],
    [Basket, 1],
  ] as const
  browse(): void {}
}
class Reader extends User {
  static override tasks = { read: 1 }
  read(): void {}
}
const classes = [
  { name: 'Shopper', userClass: Shopper, weight: 3 },
  { name: 'Reader', userClass: Reader, weight: 1 },
]

test('of each class the shares of its users, and over all the shares of everything', () => {
  expect(taskRatios(classes, ALL)).toEqual({
    perClass: {
      Shopper: {
        ratio: 0.75,
        tasks: {
          browse: { ratio: 0.75 },
          Basket: { ratio: 0.25, tasks: { add: { ratio: 0.1875 }, pay: { ratio: 0.0625 } } },
        },
      },
      Reader: { ratio: 0.25, tasks: { read: { ratio: 1 } } },
    },
    total: {
      Shopper: {
        ratio: 0.75,
        tasks: {
          browse: { ratio: 0.5625 },
          Basket: {
            ratio: 0.1875,
            tasks: { add: { ratio: 0.140625 }, pay: { ratio: 0.046875 } },
          },
        },
      },
      Reader: { ratio: 0.25, tasks: { read: { ratio: 0.25 } } },
    },
  })
})

test('a set that contains itself is told once', () => {
  class Loop extends SequentialTaskSet {
    static override tasks: readonly (readonly [string | typeof Loop, number])[] = []
    step(): void {}
  }
  Loop.tasks = [
    ['step', 1],
    [Loop, 1],
  ]
  class Looper extends User {
    static override tasks = [Loop]
  }
  const { perClass } = taskRatios([{ name: 'L', userClass: Looper, weight: 1 }], ALL)
  expect(perClass['L']!.tasks!['Loop']!.tasks).toEqual({
    step: { ratio: 0.5 },
    Loop: { ratio: 0.5 },
  })
})
