/* empty.c - a program that does nothing: the least that a start costs. */
int
main(void)
{
	return (0);
}
