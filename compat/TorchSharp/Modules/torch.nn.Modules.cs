namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>A module of one argument.</summary>
        /// <typeparam name="T">Type of an argument.</typeparam>
        /// <typeparam name="TResult">Type of the result.</typeparam>
        public abstract class Module<T, TResult> : Module
        {
            /// <summary>A module of that name.</summary>
            protected Module(string name)
                : base(name)
            {
            }

            /// <summary>What the module computes; callers use <see cref="call"/>.</summary>
            public abstract TResult forward(T input);
            /// <summary>Runs the module.</summary>
            public TResult call(T input) => forward(input);
        }

        /// <summary>A module of two arguments.</summary>
        /// <typeparam name="T1">Type of an argument.</typeparam>
        /// <typeparam name="T2">Type of an argument.</typeparam>
        /// <typeparam name="TResult">Type of the result.</typeparam>
        public abstract class Module<T1, T2, TResult> : Module
        {
            /// <summary>A module of that name.</summary>
            protected Module(string name)
                : base(name)
            {
            }

            /// <summary>What the module computes; callers use <see cref="call"/>.</summary>
            public abstract TResult forward(T1 input1, T2 input2);
            /// <summary>Runs the module.</summary>
            public TResult call(T1 input1, T2 input2) => forward(input1, input2);
        }
    }
}
