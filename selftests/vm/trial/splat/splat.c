// SPDX-License-Identifier: GPL-2.0-only
/*
 * Does on purpose what the tests must notice: the trial of the test harness.
 */
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/string.h>

static char *kind = "";
module_param(kind, charp, 0444);
MODULE_PARM_DESC(kind, "warn, leak, lock or race");

static DEFINE_MUTEX(splat_one);
static DEFINE_MUTEX(splat_two);
static unsigned int splat_shared;

static void splat_lock(struct mutex *first, struct mutex *second)
{
	mutex_lock(first);
	mutex_lock(second);
	mutex_unlock(second);
	mutex_unlock(first);
}

/* noinline: a pointer that stays in a register would hide the leak. */
static noinline void splat_leak(void)
{
	int i;

	for (i = 0; i < 8; i++) {
		void *lost = kmalloc(128, GFP_KERNEL);

		OPTIMIZER_HIDE_VAR(lost);
	}
}

static int splat_count(void *unused)
{
	while (!kthread_should_stop()) {
		splat_shared++;
		cond_resched();
	}
	return 0;
}

/* Two threads write the same word for a second. */
static int splat_race(void)
{
	struct task_struct *one, *two;

	one = kthread_run(splat_count, NULL, "splat-one");
	if (IS_ERR(one))
		return PTR_ERR(one);
	two = kthread_run(splat_count, NULL, "splat-two");
	if (!IS_ERR(two)) {
		msleep(1000);
		kthread_stop(two);
	}
	kthread_stop(one);
	return PTR_ERR_OR_ZERO(two);
}

static int __init splat_init(void)
{
	if (!strcmp(kind, "warn")) {
		WARN(1, "a warning on purpose\n");
	} else if (!strcmp(kind, "leak")) {
		splat_leak();
	} else if (!strcmp(kind, "lock")) {
		splat_lock(&splat_one, &splat_two);
		splat_lock(&splat_two, &splat_one);
	} else if (!strcmp(kind, "race")) {
		return splat_race();
	}
	return 0;
}

static void __exit splat_exit(void)
{
}

module_init(splat_init);
module_exit(splat_exit);
MODULE_DESCRIPTION("Faults on purpose, for the trial of the test harness");
MODULE_LICENSE("GPL");
